# Debian's package makes the cluster `main` and starts it.
{%- from 'inventory/map.jinja' import inventory with context %}

inventory-postgresql-package:
  {%- if inventory.postgresql.here and inventory.install %}
  pkg.installed:
    - pkgs: {{ inventory.postgresql.packages | json }}
  {%- else %}
  test.nop: []
  {%- endif %}
