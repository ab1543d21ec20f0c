{%- from 'inventory/map.jinja' import inventory with context %}

inventory-nginx-package:
  {%- if inventory.nginx.here and inventory.install %}
  pkg.installed:
    - pkgs: {{ inventory.nginx.packages | json }}
  {%- else %}
  test.nop: []
  {%- endif %}
