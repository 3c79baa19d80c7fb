namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Fixed range of Sobel responses that is mapped to 0 … 1: a property of the network, measured on validation data. Responses of the raw
/// distance maps with the unnormalized kernel of <see cref="SobelKernel"/>.
/// </summary>
/// <param name="Low">Response mapped to 0: the steepest descent, where two nuclei touch.</param>
/// <param name="High">Response mapped to 1: the steepest ascent, inside a nucleus; above <paramref name="Low"/>.</param>
public readonly record struct ResponseRange(double Low, double High);
