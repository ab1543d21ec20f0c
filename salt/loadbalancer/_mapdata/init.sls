# What map.jinja makes of this minion's pillar, as a state that changes nothing.
{%- from 'loadbalancer/map.jinja' import loadbalancer with context %}

loadbalancer-_mapdata:
  test.nop:
    - mapdata: {{ loadbalancer | json }}
