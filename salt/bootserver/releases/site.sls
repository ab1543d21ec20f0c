# The site's files as an archive that the kernel unpacks to /site, and the initrd lays over the root.
{%- from 'bootserver/map.jinja' import bootserver with context %}
{%- set folder = bootserver.root ~ '/.site' %}

include:
  - bootserver.package

bootserver-releases-site-folder:
  file.directory:
    - name: {{ (folder ~ '/site') | json }}
    - mode: '0755'
    - makedirs: true
    - clean: true
    - require:
      - sls: bootserver.package
      {%- for path in bootserver.site | sort %}
      - file: bootserver-releases-site-{{ path }}
      {%- endfor %}
{% for path, file in bootserver.site | dictsort %}
bootserver-releases-site-{{ path }}:
  file.managed:
    - name: {{ (folder ~ '/site/' ~ path) | json }}
    - contents: {{ file.contents | json }}
    - mode: {{ file.get('mode', '0644') | json }}
    - makedirs: true
    - show_changes: false
{% endfor %}
# One rename at the end: no machine gets half an archive.
bootserver-releases-site-archive:
  cmd.run:
    - name: find site | LC_ALL=C sort | cpio --quiet --create --format=newc --owner=0:0 > ../.site.cpio && mv ../.site.cpio ../site.cpio
    - cwd: {{ folder | json }}
    - onchanges:
      - file: bootserver-releases-site-folder
      {%- for path in bootserver.site | sort %}
      - file: bootserver-releases-site-{{ path }}
      {%- endfor %}
