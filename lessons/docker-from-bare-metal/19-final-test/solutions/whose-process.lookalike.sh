cat >/root/answers/programs <<'END'
T-{{t_host}} {{box_a}} {{img_a}}
T-{{t_plain}} {{box_c}} {{img_b}}
T-{{t_free}} none
END
