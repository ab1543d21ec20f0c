# What map.jinja makes of this minion's pillar, as a state that changes nothing.
{%- from 'bootserver/map.jinja' import bootserver with context %}

bootserver-_mapdata:
  test.nop:
    - mapdata: {{ bootserver | json }}
