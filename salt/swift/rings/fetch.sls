# The rings on a machine that uses them: fetched from where they are published, each checked against its digest.
{%- from 'swift/map.jinja' import swift with context %}

include:
  - swift.config.cluster
{% for name in swift.rings.names | sort %}
{%- set source = swift.rings.url ~ '/' ~ name ~ '.ring.gz' %}
swift-rings-fetch-{{ name }}:
  file.managed:
    - name: {{ (swift.folder ~ '/' ~ name ~ '.ring.gz') | json }}
    - source: {{ source | json }}
    - source_hash: {{ (source ~ '.sha256') | json }}
    - mode: '0644'
    - makedirs: true
    - show_changes: false
    - require:
      - sls: swift.config.cluster
{% endfor %}
