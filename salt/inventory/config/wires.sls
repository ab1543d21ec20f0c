# The wire map: which place the cable in a switch port leads to. The inventory reads it when it starts.
{%- from 'inventory/map.jinja' import inventory with context %}

include:
  - inventory.package

inventory-config-wires:
  {%- if inventory.wires %}
  file.managed:
    - name: {{ inventory.config.wire_map | json }}
    - contents_pillar: inventory:wires
    - mode: '0644'
    - makedirs: true
  {%- else %}
  test.nop:
  {%- endif %}
    - require:
      - sls: inventory.package.user
