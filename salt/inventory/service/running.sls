# The service listens, with the configuration, certificate and password that are there.
{%- from 'inventory/map.jinja' import inventory with context %}

include:
  - inventory.postgresql
  - inventory.config

inventory-service-running:
  service.running:
    - name: {{ inventory.unit | json }}
    - enable: true
    - require:
      - sls: inventory.postgresql.role
    # Each by its name: `sls: inventory.config` is only what that file was the first to include.
    - watch:
      - sls: inventory.package.installed
      {%- if not inventory.nginx.here %}
      - sls: inventory.config.tls
      {%- endif %}
      - sls: inventory.config.password
      - sls: inventory.config.wires
      - sls: inventory.config.file
