# footing-inventory.yaml. The program reads the new one before it replaces the old one; one that it refuses
# changes nothing, and the comment is its sentence with line and column.
{%- from 'inventory/map.jinja' import inventory with context %}

include:
  - inventory.package
  - inventory.config.tls
  - inventory.config.wires

inventory-config-file:
  file.serialize:
    - name: {{ (inventory.folder ~ '/footing-inventory.yaml') | json }}
    # Not dataset_pillar: Salt 3008 masks what it reads there, and writes '**********'.
    - dataset: {{ inventory.config | json }}
    - serializer: yaml
    - mode: '0644'
    - makedirs: true
    - check_cmd: {{ (inventory.program ~ ' check --config') | json }}
    - require:
      - sls: inventory.package
      - sls: inventory.config.tls
      - sls: inventory.config.wires
