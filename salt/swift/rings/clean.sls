# The fetched rings go. Builders stay.
{%- from 'swift/map.jinja' import swift with context %}

swift-rings-clean:
  file.absent:
    - names:
      {%- for name in swift.rings.names | sort %}
      - {{ (swift.folder ~ '/' ~ name ~ '.ring.gz') | json }}
      {%- endfor %}
