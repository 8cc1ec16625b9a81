"""The invoice wizard (S-24 to S-48): steps that edit one draft, in the product and in the frame."""
