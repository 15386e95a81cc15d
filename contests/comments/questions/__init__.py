"""Questions to the artist: fans ask, fans vote for what they want to know too, the artist or their team answers.

How many votes a question has is told to nobody before it is answered: fans see an order of their own, the team the
order by votes and a coarse band. Reports, appeals and moderation are those of comments.
Tables: questions, question_votes, question_answers. Facts: QuestionAsked, QuestionAnswered, QuestionMerged,
QuestionModerated.
"""
