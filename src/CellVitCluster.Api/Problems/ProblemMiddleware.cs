using CellVitCluster.Domain.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CellVitCluster.Api.Problems;

/// <summary>Turns whatever goes wrong in a request into a <see cref="ProblemDocument"/>; nothing else of an exception leaves the server.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    private const string RetryAfterSeconds = "5";

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed } response)
            {
                await WriteAsync(context, response.StatusCode, NoEndpoint(context.Request));
            }
        }
        catch (CellVitException exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, ProblemStatus.Of(exception.Code), exception);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, exception.StatusCode, Unusable(exception));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody reads an answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            log.LogError(exception, "{Method} {Path} failed unexpectedly.", context.Request.Method, context.Request.Path);
            await WriteAsync(context, StatusCodes.Status500InternalServerError, new CellVitException(
                ErrorCode.Unexpected, "The request failed unexpectedly.", "The reason is in the log of the node.", "Please report it with the log if it happens again."));
        }
    }

    private static CellVitException Unusable(BadHttpRequestException exception) => exception.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? new CellVitException(
            ErrorCode.RequestTooLarge, "The request is refused.", "Its body is larger than the server accepts.", "Divide the slides into several batches, or name a folder or list on the server.")
        : new ConfigurationException("The request cannot be understood.", exception.Message, "See docs/http-api.md.");

    private static ConfigurationException NoEndpoint(HttpRequest request) => new(
        $"There is no {request.Method} {request.Path}.", "No endpoint has that method and path.", "See docs/http-api.md for what there is.");

    private static Task WriteAsync(HttpContext context, int status, CellVitException exception)
    {
        HttpResponse response = context.Response;
        response.Clear();
        response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
        }

        IReadOnlyList<FaultDocument>? faults = exception is RequestInvalidException { Faults.Count: > 1 } invalid
            ? [.. invalid.Faults.Select(fault => new FaultDocument(fault.Field, fault.Cause.Code.Value, fault.Cause.Message))]
            : null;
        return response.WriteAsJsonAsync(
            new ProblemDocument
            {
                Type = $"urn:cellvit:error:{exception.Code.Value}",
                Title = exception.What,
                Status = status,
                Detail = exception.Message,
                Code = exception.Code.Value,
                Why = exception.Why,
                Remedy = exception.Remedy,
                Faults = faults,
            },
            ApiJson.Default.ProblemDocument,
            ProblemDocument.ContentType,
            context.RequestAborted);
    }
}
