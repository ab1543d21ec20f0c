# The target that the agent starts when enough drives are mounted, and what has to run once there are rings. Nothing here
# starts a server before the drives are as wanted: these states require footing.verify where footing is a role too.
{%- from 'swift/map.jinja' import swift with context %}
{%- set on_footing = 'storage' in salt['pillar.get']('footing:roles', []) %}

include:
  - swift.storage.config
  - swift.rings.fetch
  {%- if on_footing %}
  - footing.verify
  {%- endif %}

swift-storage-service-target:
  file.managed:
    - name: {{ ('/etc/systemd/system/' ~ swift.storage.target) | json }}
    - source: salt://swift/files/storage.target.jinja
    - template: jinja
    - mode: '0644'
    - context:
        swift: {{ swift | json }}
  module.run:
    - service.systemctl_reload: []
    - onchanges:
      - file: swift-storage-service-target
{% set units = swift.storage.units + ([swift.storage.rsync.unit] if swift.storage.rsync else []) %}
{%- for unit in units %}
swift-storage-service-{{ unit }}:
  service.running:
    - name: {{ unit | json }}
    - require:
      - sls: swift.rings.fetch
      - module: swift-storage-service-target
      {%- if on_footing %}
      - sls: footing.verify
      {%- endif %}
    - watch:
      - sls: swift.storage.config
      - sls: swift.config.cluster
{% endfor %}
