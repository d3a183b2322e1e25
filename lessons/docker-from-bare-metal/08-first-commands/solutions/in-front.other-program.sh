docker run --name {{front}} nginx bash
