vm start {{a}} --mem {{m1}} --cpus {{cpus}}

vm stop {{a}}

vm start {{b}} --mem {{m2}}
