{%- from 'swift/map.jinja' import swift with context %}
{% for unit in swift.proxy.units | reverse %}
swift-proxy-clean-{{ unit }}:
  service.dead:
    - name: {{ unit | json }}
    - enable: false
    - require_in:
      - file: swift-proxy-clean-config
{% endfor %}
swift-proxy-clean-config:
  file.absent:
    - name: {{ (swift.folder ~ '/proxy-server.conf') | json }}
