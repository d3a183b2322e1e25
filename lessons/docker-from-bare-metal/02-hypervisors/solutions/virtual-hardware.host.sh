vm start {{a}} --mem {{m1}} --cpus {{cpus}}
