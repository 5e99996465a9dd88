"""Question sets as FHIR R4 resources: a Questionnaire in and out, answers out as a QuestionnaireResponse."""
