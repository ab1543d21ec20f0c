# swift.conf: the cluster's secret and its storage policies. A cluster without a secret is refused.
# So is another secret than the one that is there (Debian's package says `changeme`): with it no object would be found.
{%- from 'swift/map.jinja' import swift with context %}
{%- set file = swift.folder ~ '/swift.conf' %}
{%- set differs = [] %}
{%- if salt['file.file_exists'](file) and not swift.hash.replace %}
{%- for part in ('prefix', 'suffix') %}
{%- if (salt['ini.get_option'](file, 'swift-hash', 'swift_hash_path_' ~ part) or '') not in (swift.hash[part] | string, 'changeme') %}
{%- do differs.append(part) %}
{%- endif %}
{%- endfor %}
{%- endif %}

include:
  - swift.package

swift-config-cluster:
  {%- if not (swift.hash.suffix or swift.hash.prefix) %}
  refused.because:
    - sentence: swift:hash has neither prefix nor suffix; without the cluster's own anybody could guess where objects lie
    - failhard: true
  {%- elif differs %}
  refused.because:
    - sentence: >-
        swift:hash:{{ differs | join(' and ') }} of the pillar isn't that of {{ file }}; no object of this cluster would be found
        (is the pillar decrypted?). swift:hash:replace says that it is right
    - failhard: true
  {%- else %}
  file.managed:
    - name: {{ file | json }}
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
