cat >/root/answers/programs <<'END'
T-{{t_host}} {{box_a}} {{img_a}}
T-{{t_plain}} {{box_b}} {{img_a}}
T-{{t_free}} none
END
