# What map.jinja makes of this minion's pillar, as a state that changes nothing.
{%- from 'inventory/map.jinja' import inventory with context %}

inventory-_mapdata:
  test.nop:
    - mapdata: {{ inventory | json }}
