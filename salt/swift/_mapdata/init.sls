# What map.jinja makes of this minion's pillar, as a state that changes nothing.
{%- from 'swift/map.jinja' import swift with context %}

swift-_mapdata:
  test.nop:
    - mapdata: {{ swift | json }}
