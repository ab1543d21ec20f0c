# The servers stop. What they stored stays on the drives.
{%- from 'swift/map.jinja' import swift with context %}
{%- set storage = swift.storage %}
{%- set rsync = [storage.rsync] if storage.rsync else [] %}
{% for unit in [storage.target] + storage.units + (rsync | map(attribute='unit') | list) %}
swift-storage-clean-{{ unit }}:
  service.dead:
    - name: {{ unit | json }}
    - require_in:
      - file: swift-storage-clean-files
{% endfor %}
swift-storage-clean-files:
  file.absent:
    - names:
      {%- for kind in ('account', 'container', 'object') %}
      - {{ (swift.folder ~ '/' ~ kind ~ '-server.conf') | json }}
      {%- endfor %}
      {%- for config in rsync | map(attribute='config') %}
      - {{ config | json }}
      {%- endfor %}
      - {{ ('/etc/systemd/system/' ~ storage.target) | json }}
