"""Upper bounds on the total of any grid."""
