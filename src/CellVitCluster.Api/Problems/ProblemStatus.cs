using CellVitCluster.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CellVitCluster.Api.Problems;

/// <summary>The single map from error codes to HTTP statuses.</summary>
internal static class ProblemStatus
{
    /// <summary>Status of a code; what is not listed is a fault of the request.</summary>
    public static int Of(ErrorCode code) => code switch
    {
        _ when code == ErrorCode.PathOutsideRoots || code == ErrorCode.OriginForbidden => StatusCodes.Status403Forbidden,
        _ when code == ErrorCode.WorkUnknown => StatusCodes.Status404NotFound,
        _ when code == ErrorCode.BatchConflict => StatusCodes.Status409Conflict,
        _ when code == ErrorCode.RequestTooLarge => StatusCodes.Status413PayloadTooLarge,
        _ when code == ErrorCode.Unexpected => StatusCodes.Status500InternalServerError,
        _ when code == ErrorCode.ServiceUnavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };
}
