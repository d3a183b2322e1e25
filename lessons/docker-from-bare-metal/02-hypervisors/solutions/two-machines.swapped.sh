vm start {{a}} --mem {{m2}} --cpus {{cpus}}

vm start {{b}} --mem {{m1}}
