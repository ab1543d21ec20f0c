# The target that the agent starts when enough drives are mounted (footing:config:services).
{%- from 'swift/map.jinja' import swift with context %}

swift-storage-target:
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
      - file: swift-storage-target
