# Every authentication goes to the runner, which asks the inventory (_runners/footing.py).
reactor-footing_keys-admit:
  runner.footing.admit:
    - args:
      - event: {{ data | json }}
