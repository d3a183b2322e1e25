for name in {{box_a}} {{box_b}} {{box_c}}; do docker top $name; done  # unchecked: only looks

cat >/root/answers/programs <<'END'
T-{{t_host}} {{box_a}} {{img_a}}
T-{{t_plain}} {{box_b}} {{img_b}}
T-{{t_free}} none
END
