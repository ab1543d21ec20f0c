# Account, container and object servers, and rsync between them.
{%- from 'swift/map.jinja' import swift with context %}

include:
  - swift.config.cluster
{% for kind in ('account', 'container', 'object') %}
swift-storage-config-{{ kind }}:
  file.managed:
    - name: {{ (swift.folder ~ '/' ~ kind ~ '-server.conf') | json }}
    - source: salt://swift/files/storage.conf.jinja
    - template: jinja
    - mode: '0644'
    - makedirs: true
    - context:
        swift: {{ swift | json }}
        kind: {{ kind }}
    - require:
      - sls: swift.config.cluster
{% endfor %}
swift-storage-config-rsync:
  {%- if swift.storage.rsync %}
  file.managed:
    - name: {{ swift.storage.rsync.config | json }}
    - source: salt://swift/files/rsyncd.conf.jinja
    - template: jinja
    - mode: '0644'
    - makedirs: true
    - context:
        swift: {{ swift | json }}
  {%- else %}
  test.nop: []
  {%- endif %}
