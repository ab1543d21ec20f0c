# The fetched rings go. Builders stay, and so do the rings that were published: other machines fetch them.
{%- from 'swift/map.jinja' import swift with context %}

swift-rings-clean:
  file.absent:
    - names:
      {%- for name in swift.rings.names | sort %}
      - {{ (swift.folder ~ '/' ~ name ~ '.ring.gz') | json }}
      {%- endfor %}
