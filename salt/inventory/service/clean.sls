{%- from 'inventory/map.jinja' import inventory with context %}

inventory-service-clean:
  service.dead:
    - name: {{ inventory.unit | json }}
    - enable: false
