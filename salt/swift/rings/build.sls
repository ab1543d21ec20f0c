# The rings, from what the inventory exports. One machine builds them, and keeps the builders: back them up.
{%- from 'swift/map.jinja' import swift with context %}
{%- set rings = swift.rings %}

include:
  - swift.package
{% for name, port in rings.names | dictsort %}
swift-rings-build-{{ name }}:
  swift_ring.present:
    - name: {{ name }}
    - builder: {{ (rings.builders ~ '/' ~ name ~ '.builder') | json }}
    - ring: {{ (rings.published ~ '/' ~ name ~ '.ring.gz') | json }}
    - part_power: {{ rings.part_power }}
    - replicas: {{ rings.replicas }}
    - min_part_hours: {{ rings.min_part_hours }}
    - drain_at_most: {{ rings.drain_at_most }}
    - add_at_most: {{ rings.add_at_most }}
    - remove: {{ rings.remove | json }}
    - port: {{ port }}
    {%- if rings.get('devices') %}
    - devices: {{ rings.devices | json }}
    {%- else %}
    - url: {{ rings.export.url | json }}
    - token_file: {{ rings.export.token_file | json }}
    - ca_file: {{ rings.export.ca_file | json }}
    {%- endif %}
    - require:
      - sls: swift.package
{% endfor %}
