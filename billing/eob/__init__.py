"""An explanation of benefits typed in from paper: what was typed, its proof, the payment it is."""
