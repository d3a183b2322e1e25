docker commit {{crier}} {{again}}
