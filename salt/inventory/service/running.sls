# The service runs with the configuration that is there.
{%- from 'inventory/map.jinja' import inventory with context %}

include:
  - inventory.config

inventory-service-running:
  service.running:
    - name: {{ inventory.unit | json }}
    - enable: true
    - watch:
      - sls: inventory.config
