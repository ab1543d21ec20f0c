{%- from 'swift/map.jinja' import swift with context %}

swift-proxy-clean-service:
  service.dead:
    - name: swift-proxy
    - enable: false

swift-proxy-clean-config:
  file.absent:
    - name: {{ (swift.folder ~ '/proxy-server.conf') | json }}
    - require:
      - service: swift-proxy-clean-service
