# swift.conf: the cluster's secret and its storage policies. A cluster without a secret is refused.
{%- from 'swift/map.jinja' import swift with context %}

include:
  - swift.package

swift-config-cluster:
  {%- if not (swift.hash.suffix or swift.hash.prefix) %}
  refused.because:
    - sentence: swift:hash has neither prefix nor suffix; without the cluster's own anybody could guess where objects lie
    - failhard: true
  {%- else %}
  file.managed:
    - name: {{ (swift.folder ~ '/swift.conf') | json }}
    - source: salt://swift/files/swift.conf.jinja
    - template: jinja
    - user: root
    - group: {{ swift.group | json }}
    - mode: '0640'
    - makedirs: true
    - show_changes: false
    - context:
        swift: {{ swift | json }}
    - require:
      - sls: swift.package
  {%- endif %}
