{%- from 'inventory/map.jinja' import inventory with context %}

inventory-config-clean:
  file.absent:
    - name: {{ (inventory.folder ~ '/footing-inventory.yaml') | json }}
