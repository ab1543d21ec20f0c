# proxy-server.conf: S3 (s3api) over tempauth.
{%- from 'swift/map.jinja' import swift with context %}

include:
  - swift.config.cluster

swift-proxy-config:
  file.managed:
    - name: {{ (swift.folder ~ '/proxy-server.conf') | json }}
    - source: salt://swift/files/proxy-server.conf.jinja
    - template: jinja
    - user: root
    - group: {{ swift.group | json }}
    - mode: '0640'
    - makedirs: true
    - show_changes: false
    - context:
        swift: {{ swift | json }}
    - require:
      - sls: swift.config.cluster
