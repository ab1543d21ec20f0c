# The servers stop. What they stored stays on the drives.
{%- from 'swift/map.jinja' import swift with context %}
{% for unit in swift.storage.units %}
swift-storage-clean-{{ unit }}:
  service.dead:
    - name: {{ unit | json }}
{% endfor %}
swift-storage-clean-files:
  file.absent:
    - names:
      {%- for kind in ('account', 'container', 'object') %}
      - {{ (swift.folder ~ '/' ~ kind ~ '-server.conf') | json }}
      {%- endfor %}
      - {{ ('/etc/systemd/system/' ~ swift.storage.target) | json }}
