# A renewed certificate is read by a reload, which ends no connection; the service behind goes on.
{%- from 'inventory/map.jinja' import inventory with context %}

include:
  - inventory.nginx.site

inventory-nginx-service:
  {%- if inventory.nginx.here %}
  service.running:
    - name: {{ inventory.nginx.unit | json }}
    - enable: true
    - reload: true
    - watch:
      - sls: inventory.nginx.site
      - sls: inventory.config.tls
  {%- else %}
  test.nop: []
  {%- endif %}
