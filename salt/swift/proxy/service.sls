# The proxy runs once there are rings; it reads new rings by itself.
{%- from 'swift/map.jinja' import swift with context %}

include:
  - swift.proxy.config
  - swift.rings.fetch
{% for unit in swift.proxy.units %}
swift-proxy-service-{{ unit }}:
  service.running:
    - name: {{ unit | json }}
    - enable: true
    - require:
      - sls: swift.rings.fetch
    - watch:
      - sls: swift.proxy.config
      - sls: swift.config.cluster
{% endfor %}
