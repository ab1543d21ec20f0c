# The site's files as an archive that the kernel unpacks to /site, and the initrd lays over the root. It has secrets: on this
# machine only root and nginx may read it.
{%- from 'bootserver/map.jinja' import bootserver with context %}
{%- set folder = bootserver.root ~ '/.site' %}

include:
  - bootserver.package

bootserver-releases-site-closed:
  file.directory:
    - name: {{ folder | json }}
    - mode: '0700'
    - makedirs: true
    - require:
      - sls: bootserver.package

bootserver-releases-site-folder:
  file.directory:
    - name: {{ (folder ~ '/site') | json }}
    - mode: '0755'
    - clean: true
    - require:
      - file: bootserver-releases-site-closed
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
    - require:
      - file: bootserver-releases-site-closed
{% endfor %}
# One rename at the end: no machine gets half an archive.
bootserver-releases-site-archive:
  cmd.run:
    - name: >-
        umask 077 && find site | LC_ALL=C sort | cpio --quiet --create --format=newc --owner=0:0 > ../.site.cpio &&
        chgrp "$READER" ../.site.cpio && chmod 0640 ../.site.cpio && mv ../.site.cpio ../site.cpio
    - env:
      - READER: {{ bootserver.user | json }}
    - cwd: {{ folder | json }}
    - onchanges:
      - file: bootserver-releases-site-folder
      {%- for path in bootserver.site | sort %}
      - file: bootserver-releases-site-{{ path }}
      {%- endfor %}
