# With its secrets. The tokens' files stay: the database knows them.
{%- from 'inventory/map.jinja' import inventory with context %}

inventory-config-clean:
  file.absent:
    - names:
      - {{ (inventory.folder ~ '/footing-inventory.yaml') | json }}
      - {{ inventory.tls_file | json }}
      - {{ inventory.password_file | json }}
      {%- if inventory.wires and inventory.config.get('wire_map') %}
      - {{ inventory.config.wire_map | json }}
      {%- endif %}
