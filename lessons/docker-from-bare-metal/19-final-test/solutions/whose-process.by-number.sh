cat >/root/answers/programs <<'END'
T-{{t_host}} none
T-{{t_plain}} {{box_b}} {{img_b}}
T-{{t_free}} none
END
