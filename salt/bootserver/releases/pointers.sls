# image/current, previous and fallback: links, each switched by one rename, and only to a release that is all there.
{%- from 'bootserver/map.jinja' import bootserver with context %}

include:
  - bootserver.package
{% for pointer, release in bootserver.releases | dictsort if release %}
bootserver-releases-pointers-{{ pointer }}-there:
  file.exists:
    - names:
      {%- for file in ('manifest.json', 'vmlinuz', 'initrd', 'root.squashfs') %}
      - {{ (bootserver.root ~ '/image/' ~ release ~ '/' ~ file) | json }}
      {%- endfor %}
    - require:
      - sls: bootserver.package

bootserver-releases-pointers-{{ pointer }}:
  file.symlink:
    - name: {{ (bootserver.root ~ '/image/' ~ pointer) | json }}
    - target: {{ release }}
    - atomic: true
    - force: true
    - require:
      - file: bootserver-releases-pointers-{{ pointer }}-there
{% endfor %}
