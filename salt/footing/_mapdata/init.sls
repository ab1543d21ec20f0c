# What map.jinja makes of this minion's pillar, as a state that changes nothing. tests/salt/golden has two of them.
{%- from 'footing/map.jinja' import footing with context %}

footing-_mapdata:
  test.nop:
    - mapdata: {{ footing | json }}
