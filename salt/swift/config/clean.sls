{%- from 'swift/map.jinja' import swift with context %}

swift-config-clean:
  file.absent:
    - name: {{ (swift.folder ~ '/swift.conf') | json }}
